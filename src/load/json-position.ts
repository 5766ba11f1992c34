// Where a JSON text stops being JSON. Engines word their messages differently and often omit the position.

const stringPattern = String.raw`"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"`;
const scalarPattern = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null`;
const token = new RegExp(String.raw`[ \t\n\r]*(?:(${stringPattern})|(${scalarPattern})|([[\]{},:]))`, 'y');
const space = /[ \t\n\r]*/y;

type Expect = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end' | 'nothing';

/** Offset of the first character that cannot continue the text; its length where it merely ends too early. */
export function firstJsonError(text: string): number {
  const open: ('{' | '[')[] = [];
  let expect: Expect = 'value';
  let at = 0;
  const afterValue = (): Expect => (open.length === 0 ? 'nothing' : 'comma or end');
  const takesValue = () => expect === 'value' || expect === 'value or end';
  for (;;) {
    token.lastIndex = at;
    const match = token.exec(text);
    space.lastIndex = at;
    space.exec(text);
    const here = space.lastIndex;
    if (match === null) return here;
    const [, string, scalar, mark] = match;
    if (string !== undefined && (expect === 'key' || expect === 'key or end')) expect = 'colon';
    else if ((string !== undefined || scalar !== undefined) && takesValue()) expect = afterValue();
    else if ((mark === '{' || mark === '[') && takesValue()) {
      open.push(mark);
      expect = mark === '{' ? 'key or end' : 'value or end';
    } else if (mark === ':' && expect === 'colon') expect = 'value';
    else if (mark === ',' && expect === 'comma or end') expect = open.at(-1) === '{' ? 'key' : 'value';
    else if (
      (mark === '}' && open.at(-1) === '{' && (expect === 'key or end' || expect === 'comma or end')) ||
      (mark === ']' && open.at(-1) === '[' && (expect === 'value or end' || expect === 'comma or end'))
    ) {
      open.pop();
      expect = afterValue();
    } else return here;
    at = token.lastIndex;
  }
}

export function lineAndColumn(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
}
