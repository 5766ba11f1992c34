// The checks every SourceFile makes before and after it reads bytes [start, end).
import { AppError } from '../errors.ts';

export function checkRange(file: { readonly name: string; readonly size: number }, start: number, end: number): void {
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end && end <= file.size)
    return;
  throw new AppError(
    'SourceError',
    `${file.name} has ${file.size} bytes, but bytes ${start} to ${end} were asked for. ` +
      'The file is cut off or was replaced; copy or download it again.',
  );
}

export function checkLength(name: string, start: number, end: number, received: number): void {
  if (received === end - start) return;
  throw new AppError(
    'SourceError',
    `Of ${name}, bytes ${start} to ${end} were asked for (${end - start} bytes), but ${received} arrived. ` +
      'The file changed or the transfer broke off; try again.',
  );
}
