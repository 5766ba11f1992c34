// Reads a ground-truth file of public/benchmarks: prompts, the answer that is asked for, and where its reason stands.
import { AppError } from '../errors.ts';

export interface BenchmarkItem {
  readonly prompt: string;
  readonly answer: string;
  /** Each [start, end) in UTF-16 units of the prompt. */
  readonly spans: readonly (readonly [number, number])[];
  readonly kind: string;
}

const format = 'attnlrp-benchmark/1';

/** @throws FormatError naming the file, the item and the field. */
export function readBenchmark(content: unknown, file: string): BenchmarkItem[] {
  const record = content as { readonly format?: unknown; readonly items?: unknown } | null;
  if (typeof content !== 'object' || record?.format !== format || !Array.isArray(record.items)) {
    throw new AppError('FormatError', `${file} is no benchmark: expected {"format": "${format}", "items": […]}.`);
  }
  return record.items.map((item: unknown, index) =>
    readItem(item as Record<string, unknown>, `${file}, item ${index}`),
  );
}

function readItem(item: Record<string, unknown>, where: string): BenchmarkItem {
  const text = (field: string): string => {
    const value = item[field];
    if (typeof value === 'string') return value;
    throw new AppError('FormatError', `${where}: "${field}" should be a text.`);
  };
  const prompt = text('prompt');
  const spans = item['evidenceSpans'] ?? [item['answerSpan']];
  const fits = (span: unknown): span is readonly [number, number] =>
    Array.isArray(span) && span.length === 2 && span[0] >= 0 && span[0] < span[1] && span[1] <= prompt.length;
  if (!Array.isArray(spans) || spans.length === 0 || !spans.every(fits)) {
    throw new AppError(
      'FormatError',
      `${where}: "evidenceSpans" (or "answerSpan") should hold [start, end) within the prompt.`,
    );
  }
  return { prompt, answer: text('answer'), spans, kind: text('kind') };
}
