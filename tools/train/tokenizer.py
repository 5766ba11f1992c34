"""Trains the byte-level BPE tokenizer on a sample of the corpus and writes it in the
Hugging Face format (tokenizer.json, tokenizer_config.json)."""

import argparse
import json
from pathlib import Path
from random import Random

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from corpus import MIXTURE, Mixer

BOS, EOS = "<s>", "</s>"
VOCABULARY = 2048


def train_tokenizer(documents: list[str]) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[BOS, EOS],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),  # any text can be written
        show_progress=False,
    )
    tokenizer.train_from_iterator(documents, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{BOS} $A",
        pair=f"{BOS} $A {BOS}:1 $B:1",
        special_tokens=[(BOS, tokenizer.token_to_id(BOS))],
    )
    return tokenizer


CONFIG = {
    "tokenizer_class": "PreTrainedTokenizerFast",
    "bos_token": BOS,
    "eos_token": EOS,
    "pad_token": EOS,
    "add_bos_token": True,
    "add_eos_token": False,
    "add_prefix_space": False,
    "chat_template": None,
    "clean_up_tokenization_spaces": False,
    "model_max_length": 512,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the tokenizer")
    parser.add_argument("--documents", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=11)
    arguments = parser.parse_args()

    mixer = Mixer(Random(arguments.seed), MIXTURE)
    tokenizer = train_tokenizer([mixer.draw().text() for _ in range(arguments.documents)])
    arguments.out.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(arguments.out / "tokenizer.json"))
    (arguments.out / "tokenizer_config.json").write_text(json.dumps(CONFIG, indent=2) + "\n")
    sample = tokenizer.encode("Once upon a time there was a little girl named Mia.").tokens
    print(tokenizer.get_vocab_size(), "tokens;", " ".join(sample))


if __name__ == "__main__":
    main()
