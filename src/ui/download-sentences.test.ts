import { describe, expect, it } from 'vitest';
import {
  downloadSentence,
  formatDuration,
  keptSentence,
  openingSentence,
  planSentence,
  storedSentence,
} from './download-sentences.ts';

describe('a download in words', () => {
  it('has times that people read', () => {
    expect([0.2, 42, 59.6, 400, 3600, 7500].map(formatDuration)).toEqual(['1 s', '42 s', '1 min', '7 min', '1 h', '2 h 5 min']); // prettier-ignore
  });

  it('tells what it would take', () => {
    const plan = { commit: 'c', files: 3, totalBytes: 270e6, missingBytes: 270e6, freeBytes: 10e9, shortage: null };
    expect(planSentence(plan)).toBe('3 files, 270 MB. About 10.0 GB are free for this page.');
    expect(planSentence({ ...plan, files: 1, missingBytes: 70e6, freeBytes: null })).toBe(
      '1 file, 270 MB, 200 MB of them here already.',
    );
  });

  it('tells how far it is, and nothing that is not known', () => {
    const progress = { phase: 'downloading', doneBytes: 12e6, totalBytes: 270e6 } as const;
    expect(downloadSentence(progress)).toBe('12.0 MB of 270 MB');
    expect(downloadSentence({ ...progress, bytesPerSecond: 5.1e6, secondsLeft: 50 })).toBe(
      '12.0 MB of 270 MB · 5.10 MB/s · 50 s left',
    );
  });

  it('tells what comes after the download', () => {
    const progress = { phase: 'weights', doneBytes: 12e6, totalBytes: 82e6 } as const;
    expect(openingSentence(null)).toBe('Asking for its files …');
    expect(openingSentence(progress)).toBe('12.0 MB of 82.0 MB on the GPU');
    expect(openingSentence({ ...progress, phase: 'compiling' })).toBe('Compiling the shaders …');
    expect(openingSentence({ ...progress, phase: 'downloading' })).toBe('12.0 MB of 82.0 MB');
  });

  it('tells whether it stays', () => {
    const sentences = [true, false, null].map((persistent) => keptSentence({ persistent }));
    expect(sentences.map((sentence) => /delete/.exec(sentence)?.index !== undefined)).toEqual([true, true, false]);
    expect(sentences[0]).not.toBe(sentences[1]);
  });

  it('tells what is stored', () => {
    const model = { key: 'k', address: 'a/b', endpoint: 'https://h', bytes: 5e6, totalBytes: 9e6, formats: [] };
    expect(storedSentence({ ...model, complete: false })).toBe('5.00 MB of 9.00 MB, unfinished');
    expect(storedSentence({ ...model, complete: true, formats: ['none'] })).toBe('5.00 MB');
    expect(storedSentence({ ...model, complete: true, formats: ['none', 'int4'] })).toBe('5.00 MB, int4 too');
    expect(storedSentence({ ...model, complete: true, formats: ['int4'] })).toBe('5.00 MB, int4 only');
  });
});
