// npm run docs: writes the pages of docs/ that are made from definitions and tables.
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { nodePage } from '../cli/nodePage.ts';
import { limitTable } from '../core/define/limits.ts';
import type { NodeDefinition } from '../core/define/node.ts';
import { type ProblemClass, problemTable } from '../core/problems/table.ts';
import { builtinNodes } from '../nodes/registry.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Every generated page: its path from the project's folder, and its text. The same on every machine. */
export function generatedPages(nodes: readonly NodeDefinition[] = builtinNodes): ReadonlyMap<string, string> {
  const pages = new Map<string, string>();
  for (const node of nodes) pages.set(`docs/nodes/${node.type.replace('.', '/')}.md`, nodePage(node));
  pages.set('docs/nodes/README.md', nodeIndex(nodes));
  pages.set('docs/problems.md', problemsPage());
  pages.set('docs/limits.md', limitsPage());
  return pages;
}

/** Files that stand under docs/nodes but that no node makes any more. */
export function stalePages(pages: ReadonlyMap<string, string>): readonly string[] {
  const folder = path.join(root, 'docs/nodes');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => `docs/nodes/${name.split(path.sep).join('/')}`)
    .filter((name) => statSync(path.join(root, name)).isFile() && !pages.has(name));
}

function nodeIndex(nodes: readonly NodeDefinition[]): string {
  const families = [...new Set(nodes.map((node) => familyOf(node)))].sort();
  const lines = ['# Nodes', '', `${nodes.length} node types. Made from the definitions by \`npm run docs\`.`, ''];
  for (const family of families) {
    lines.push(`## ${family}`, '', '| node | what it does |', '|---|---|');
    const members = nodes.filter((node) => familyOf(node) === family).sort((a, b) => (a.type < b.type ? -1 : 1));
    for (const node of members) {
      lines.push(`| [${node.type}](${node.type.replace('.', '/')}.md) | ${node.summary.replace(/\|/g, '\\|')} |`);
    }
    lines.push('');
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

function familyOf(node: NodeDefinition): string {
  return node.type.split('.')[0];
}

function problemsPage(): string {
  const rows = Object.entries(problemTable).map(([code, row]) => {
    const kind: ProblemClass = row;
    return `| <a id="${code}"></a>\`${code}\` | ${row.title} | ${row.exit} | ${kind.media ? 'yes' : ''} |`;
  });
  return `# Problems

Everything that can go wrong has one code, which stays the same between versions. A problem says what happened, where,
and what to do. "May be absorbed" marks problems of one modality's data: a fusion node whose rule is \`skip\` or
\`default\` goes on without that modality and says so in the result.

Exit codes of the command: 0 done, 1 our fault, 2 usage, 3 pipeline, 4 input or media, 5 model, 6 limit or deadline,
7 machine, 130 cancelled.

| code | meaning | exit code | may be absorbed |
|---|---|---|---|
${rows.join('\n')}
`;
}

function limitsPage(): string {
  const rows = Object.entries(limitTable).map(
    ([name, spec]) => `| \`${name}\` | ${spec.default.toLocaleString('en-US')} | ${spec.unit} | ${spec.doc} |`,
  );
  return `# Limits

Nothing is unbounded. Over a limit there is a clear problem at once, and the next request works. Set one for a run with
\`--limit name=value\`; \`tributary limits\` prints them.

| limit | default | unit | meaning |
|---|---|---|---|
${rows.join('\n')}
`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const pages = generatedPages();
  for (const [name, text] of pages) {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const stale = stalePages(pages);
  for (const name of stale) rmSync(path.join(root, name));
  console.log(`docs: ${pages.size} pages written${stale.length > 0 ? `, ${stale.length} removed` : ''}`);
}
