"""A document of the corpus: text in parts, and how much each part counts in the loss."""

import zlib
from dataclasses import dataclass, field

# A passage is drawn at random, so most of its words cannot be predicted and their gradient is
# mostly noise; an answer is decided by what was read, and that is what the model is to learn.
PASSAGE = 0.3
PROSE = 1.0
ANSWER = 4.0
IGNORED = 0.0


@dataclass
class Document:
    kind: str
    parts: list[tuple[str, float]] = field(default_factory=list)

    def add(self, text: str, weight: float) -> "Document":
        """Parts meet at a blank or a line break, so they can be tokenised one by one."""
        self.parts.append((text, weight))
        return self

    def text(self) -> str:
        return "".join(text for text, _ in self.parts)


def is_held_out(key: str, one_in: int = 40) -> bool:
    """Splits by content rather than by seed: what tests ask can then never be in training."""
    return zlib.crc32(key.encode()) % one_in == 0
