// What holds for every state of the page: nothing sticks out, and every control has a name.
import { expect, type Page } from '@playwright/test';

/** Parts of the page that reach beyond its right edge. */
export const overflowing = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const outside = [...document.body.querySelectorAll('*')].filter((element) => {
      const { right, width: own } = element.getBoundingClientRect();
      return own > 1 && right > width + 0.5 && !element.closest('.layers-scroll, .visually-hidden');
    });
    return [
      document.documentElement.scrollWidth > width ? 'page' : [],
      ...outside.map(({ className }) => className),
    ].flat();
  });

interface Node {
  readonly role?: { readonly value?: string };
  readonly name?: { readonly value?: string };
  readonly ignored?: boolean;
}

const named =
  'button textbox spinbutton combobox switch slider tab option listbox link dialog application table grid gridcell image'.split(
    ' ',
  );

/** Roles of controls that assistive technology could not name. */
export async function nameless(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = (await session.send('Accessibility.getFullAXTree')) as { nodes: Node[] };
  await session.detach();
  const controls = nodes.filter(({ role, ignored }) => !ignored && named.includes(role?.value ?? ''));
  expect(controls.length).toBeGreaterThan(2);
  return controls.filter(({ name }) => (name?.value ?? '').trim() === '').map(({ role }) => role!.value!);
}
