import { expect, it } from 'vitest';
import { optionAttributes, type PassageOption } from './passage-option.ts';

const plain: PassageOption = { label: 'kite', relevance: null, opacity: 0.5, target: false, pointed: false, tabbable: false }; // prettier-ignore

it('is an option of a list, coloured where there is relevance', () => {
  expect(optionAttributes(plain, ['token', false])).toEqual({
    role: 'option',
    tabIndex: -1,
    'aria-selected': false,
    'aria-label': 'kite',
    className: 'token',
    style: undefined,
  });
  const supports = optionAttributes({ ...plain, relevance: 2, target: true, tabbable: true }, ['token']);
  expect(supports).toMatchObject({ tabIndex: 0, 'aria-selected': true, className: 'token supports target' });
  expect(supports.style).toEqual({ '--opacity': '0.500' });
  expect(optionAttributes({ ...plain, relevance: -2, pointed: true }, ['token']).className).toBe(
    'token opposes pointed',
  );
  expect(optionAttributes({ ...plain, relevance: 0 }, ['token']).style).toBeUndefined();
});
