import type { Command } from 'commander';
import type { NodeDefinition } from '../core/define/node.ts';
import type { Registry } from '../core/define/registry.ts';
import { nearestName } from '../core/problems/nearestName.ts';
import { Problem } from '../core/problems/problem.ts';
import { defaultsOf, nodePage } from './nodePage.ts';
import { collect, loadRegistry } from './pipeline.ts';
import { makeVoice, print } from './report.ts';
import { padRight, printableLine, styled } from './terminal.ts';

interface NodesOptions {
  readonly json?: boolean;
  readonly family?: string;
  readonly search?: string;
  readonly nodes?: readonly string[];
}

export function addNodes(program: Command): Command {
  return program
    .command('nodes')
    .description('List the node types, or show the page of one.')
    .argument('[type]', 'a node type, such as image.resize')
    .option('--family <name>', 'only this family')
    .option('--search <words>', 'only nodes whose name, summary or keywords hold every word')
    .option('--nodes <dir>', 'a folder with your own nodes (may be repeated)', collect)
    .option('--json', 'print as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  tributary nodes\n  tributary nodes image.resize\n  tributary nodes --family audio\n  tributary nodes --search "mel spectrogram"',
    )
    .action(showNodes);
}

async function showNodes(type: string | undefined, options: NodesOptions): Promise<void> {
  const voice = makeVoice(options);
  const registry = await loadRegistry(options.nodes);
  if (type !== undefined) {
    const node = registry.get(type);
    if (node === undefined) throw unknownType(type, registry);
    return print(voice.json ? JSON.stringify(nodeJson(node), null, 2) : nodePage(node));
  }
  const nodes = registry.all().filter((node) => isWanted(node, options));
  if (voice.json) return print(JSON.stringify(nodes.map(nodeJson), null, 2));
  if (nodes.length === 0) {
    throw new Problem('usage', {
      message: `No node fits${options.family ? ` family "${options.family}"` : ''}${options.search ? ` search "${options.search}"` : ''}.`,
      fix: `Families are ${familiesOf(registry).join(', ')}.`,
    });
  }
  const width = Math.max(...nodes.map((node) => node.type.length));
  const lines: string[] = [];
  for (const family of [...new Set(nodes.map(familyOf))]) {
    lines.push(styled(voice.out, 'bold', family));
    for (const node of nodes.filter((n) => familyOf(n) === family)) {
      lines.push(`  ${padRight(node.type, width)}  ${styled(voice.out, 'dim', printableLine(node.summary))}`);
    }
  }
  lines.push('', `${nodes.length} node types; \`tributary nodes <type>\` shows one.`);
  return print(lines.join('\n'));
}

function isWanted(node: NodeDefinition, options: NodesOptions): boolean {
  if (options.family !== undefined && familyOf(node) !== options.family) return false;
  const text = [node.type, node.title, node.summary, ...node.keywords].join(' ').toLowerCase();
  return (options.search ?? '')
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function familyOf(node: NodeDefinition): string {
  return node.type.split('.')[0];
}

function familiesOf(registry: Registry): readonly string[] {
  return [...new Set(registry.all().map(familyOf))];
}

function unknownType(type: string, registry: Registry): Problem {
  const near = nearestName(
    type,
    registry.all().map((node) => node.type),
  );
  return new Problem('node-unknown', {
    message: `No node type is called "${type}".`,
    fix: near === null ? 'See `tributary nodes`; your own need --nodes <dir>.' : `Did you mean ${near}?`,
  });
}

/** What a machine wants of a node: everything but its code. */
function nodeJson(node: NodeDefinition): object {
  const params = defaultsOf(node);
  return {
    type: node.type,
    version: node.version,
    title: node.title,
    summary: node.summary,
    keywords: node.keywords,
    details: node.details,
    inputs: node.inputs(params, {}),
    outputs: node.outputs(params, {}),
    dynamicPorts: node.dynamicPorts,
    params: node.params,
    external: node.external,
    publishes: node.publishes,
    pure: node.pure,
    wholeSequence: node.stream !== null,
  };
}
