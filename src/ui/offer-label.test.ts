import { expect, it } from 'vitest';
import { offerLabel } from './offer-label.ts';

it('says what a click does', () => {
  const location = { kind: 'hub', address: 'owner/large' } as const;
  const open = { location, expected: 'language' } as const;
  const names = { language: 'TinyWorld', image: null };
  const quantised = { ...open, location: { ...location, quantize: 'int4' } } as const;
  expect(offerLabel({ close: null, open: quantised }, names)).toBe('Open as int4');
  expect(offerLabel({ close: null, open }, names)).toBe('Open as stored');
  expect(offerLabel({ close: 'language', open: null }, names)).toBe('Close TinyWorld');
  expect(offerLabel({ close: 'image', open }, names)).toBe('Close the image model and open owner/large');
});
