import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright';

/** What a person does with hand and keys. */

export function node(page: Page, id: string): Locator {
  return page.locator(`.react-flow__node[data-id="${id}"]`);
}

export function output(page: Page, end: string): Locator {
  return page.locator(`[data-port="${end}"][data-side="out"]`);
}

export function input(page: Page, end: string): Locator {
  return page.locator(`[data-port="${end}"][data-side="in"]`);
}

/** Its place once it no longer moves: the canvas fits what was opened into sight first. */
export async function placeOf(
  locator: Locator,
): Promise<{ readonly x: number; readonly y: number; readonly width: number; readonly height: number }> {
  await locator.waitFor();
  for (let tries = 0, last = ''; ; tries++) {
    const box = await locator.boundingBox();
    if (box === null) throw new Error('it is not on the screen');
    const now = JSON.stringify(box);
    if (now === last || tries > 40) return box;
    last = now;
    await locator.page().waitForTimeout(100);
  }
}

async function centreOf(locator: Locator): Promise<{ readonly x: number; readonly y: number }> {
  const box = await placeOf(locator);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Takes a wire at an output and carries it to an input, without letting go. */
export async function carryWire(page: Page, from: string, to: string): Promise<void> {
  const a = await centreOf(output(page, from));
  const b = await centreOf(input(page, to));
  await page.mouse.move(a.x, a.y);
  await page.mouse.down();
  await page.mouse.move(a.x + 12, a.y + 4, { steps: 3 });
  await page.mouse.move(b.x, b.y, { steps: 12 });
}

export async function drawWire(page: Page, from: string, to: string): Promise<void> {
  await carryWire(page, from, to);
  await page.mouse.up();
}

/** Drags a palette row by its title onto the canvas, at a place in the canvas's own pixels. */
export async function dragFromPalette(page: Page, title: string, x: number, y: number): Promise<void> {
  const search = page.getByLabel(/search nodes/i);
  await search.fill(title);
  const row = page.locator('.panel.left').getByText(title, { exact: true }).first();
  await row.dragTo(page.locator('.canvas'), { targetPosition: { x, y } });
  await search.fill('');
}

/** Drops files from the system onto an element. */
export async function dropFiles(
  page: Page,
  target: Locator,
  files: readonly string[],
  at: { readonly x: number; readonly y: number },
): Promise<void> {
  const carried = files.map((file) => ({ name: path.basename(file), data: readFileSync(file).toString('base64') }));
  const box = await target.boundingBox();
  if (box === null) throw new Error('the target is not on the screen');
  const transfer = await page.evaluateHandle((list) => {
    const data = new DataTransfer();
    for (const { name, data: base64 } of list)
      data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
    return data;
  }, carried);
  // On whatever lies under the pointer there, as the system would.
  await page.evaluate(
    ({ transfer: data, x, y }) => {
      const under = document.elementFromPoint(x, y);
      const init = { dataTransfer: data, clientX: x, clientY: y, bubbles: true, cancelable: true };
      for (const type of ['dragenter', 'dragover', 'drop']) under?.dispatchEvent(new DragEvent(type, init));
    },
    { transfer, x: box.x + at.x, y: box.y + at.y },
  );
}

/** Runs everything and waits for its end; the status line says how long it took. */
export async function run(page: Page, keys = 'F5'): Promise<void> {
  await page.keyboard.press(keys);
  await page
    .locator('.status')
    .getByText(/Last run|ran in/i)
    .waitFor({ timeout: 60_000 });
}

export async function openFile(page: Page, file: string): Promise<void> {
  await page.evaluate((target) => {
    location.hash = `open=${encodeURIComponent(target)}`;
  }, file);
  await page.locator('.react-flow__node').first().waitFor();
}

export interface Saved {
  readonly nodes: readonly {
    readonly id: string;
    readonly type: string;
    readonly params?: Readonly<Record<string, unknown>>;
  }[];
  readonly wires: readonly { readonly from: string; readonly to: string }[];
  readonly groups?: readonly { readonly id: string; readonly nodes: readonly string[]; readonly collapsed?: boolean }[];
}

/** Saves, and reads what is then on disk: only what is in sight is in the page. */
export async function saved(page: Page, file: string): Promise<Saved> {
  const before = statSync(file).mtimeMs;
  await page.keyboard.press('ControlOrMeta+s');
  for (let tries = 0; statSync(file).mtimeMs === before && tries < 100; tries++) await page.waitForTimeout(50);
  await page.locator('.top').getByText('Saved', { exact: true }).waitFor();
  return JSON.parse(readFileSync(file, 'utf8')) as Saved;
}

/** How many nodes and wires are in the file, after saving. */
export async function counts(page: Page, file: string): Promise<{ readonly nodes: number; readonly wires: number }> {
  const { nodes, wires } = await saved(page, file);
  return { nodes: nodes.length, wires: wires.length };
}

/** What the preview on a node's card says in words, once it is there. */
export async function cardWords(page: Page, id: string): Promise<string> {
  const preview = page.locator(`.react-flow__node[data-id="${id}"] .card-well [role="img"]`);
  const shown = preview.and(page.locator(':not([aria-label$="on its way"]):not([aria-label$="not run yet"])')).first();
  await shown.waitFor();
  return (await shown.getAttribute('aria-label')) ?? '';
}

/** Finds a node by name and goes to it, however far away it is. */
export async function goTo(page: Page, id: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+f');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox').fill(id);
  await dialog.getByRole('option').first().waitFor();
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await node(page, id).waitFor();
}
