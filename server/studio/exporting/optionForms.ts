import { z } from 'zod';
import { commonOptions } from '../../../core/export/options.ts';
import type { ExportTarget } from '../../../core/export/target.ts';
import type { ExportOption, ExportTargetView } from '../../../core/studio/exportingCalls.ts';

/** A target as the studio shows it, its options read off their schemas. */
export function targetView({ id, title, summary, archive, bundle, options }: ExportTarget): ExportTargetView {
  const common = bundle === 'server' ? optionsOf(commonOptions) : [];
  return { id, title, summary, archive, options: [...common, ...optionsOf(options)] };
}

/** What JSON Schema says of a property, as far as a form asks. */
interface Property {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
}

function optionsOf(schema: z.ZodObject): readonly ExportOption[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' });
  return Object.entries(properties).flatMap(([name, property]): readonly ExportOption[] => {
    const { type, enum: choices, description = '', default: usual, minimum, maximum } = property as Property;
    const shared = { name, doc: description };
    if (choices !== undefined && typeof usual === 'string')
      return [{ ...shared, form: 'choice', default: usual, choices }];
    if (type === 'array') return [{ ...shared, form: 'list', default: [] }];
    if (type === 'boolean') return [{ ...shared, form: 'switch', default: usual === true }];
    if (type === 'string') return [{ ...shared, form: 'text', default: typeof usual === 'string' ? usual : '' }];
    if (type !== 'integer' && type !== 'number') return [];
    return [
      {
        ...shared,
        form: 'number',
        default: typeof usual === 'number' ? usual : 0,
        ...(minimum === undefined ? {} : { min: minimum }),
        ...(maximum === undefined ? {} : { max: maximum }),
      },
    ];
  });
}
