import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright';
import { root } from './studio.ts';

const axe = readFileSync(path.join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');

/** What axe finds that is serious or worse, in words. */
export async function seriousFaults(page: Page, where: string): Promise<readonly string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    (
      window as unknown as {
        axe: {
          run(): Promise<{
            readonly violations: readonly {
              readonly id: string;
              readonly impact: string;
              readonly nodes: readonly { readonly html: string }[];
            }[];
          }>;
        };
      }
    ).axe.run(),
  );
  return violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map((v) => `${where}: ${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(' | ')}`);
}
