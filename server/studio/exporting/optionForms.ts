import { z } from 'zod';
import { commonOptions } from '../../../core/export/options.ts';
import type { ExportTarget } from '../../../core/export/target.ts';
import type { ExportOption, ExportTargetView } from '../../../core/studio/exportingCalls.ts';

/** A target as the studio shows it, its options read off their schemas. */
export function targetView({ id, title, summary, archive, common, options }: ExportTarget): ExportTargetView {
  const shown = optionsOf(commonOptions).filter(({ name }) => common.some((one) => one === name));
  return { id, title, summary, archive, options: [...shown, ...optionsOf(options)] };
}

/** What JSON Schema says of a property, as far as a form asks. */
interface Property {
  readonly type?: string;
  readonly title?: string;
  readonly unit?: string;
  readonly automatic?: boolean;
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
}

function optionsOf(schema: z.ZodObject): readonly ExportOption[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' });
  return Object.entries(properties).flatMap(([name, property]): readonly ExportOption[] => {
    const { type, enum: choices, description = '', default: usual, minimum, maximum, ...more } = property as Property;
    const { title, unit, automatic = usual === '' || type === 'array' } = more;
    const shared = {
      name,
      doc: description,
      automatic,
      ...(title === undefined ? {} : { title }),
      ...(unit === undefined ? {} : { unit }),
    };
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
