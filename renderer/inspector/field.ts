import type { ParamSpec } from '../../core/define/param.ts';
import type { Json } from '../../core/kinds/value.ts';

/** What every form of a parameter is given. */
export interface FieldProps<S extends ParamSpec> {
  /** Of the element that takes the focus. */
  readonly id: string;
  /** Names what is typed, per session, node and parameter. */
  readonly name: string;
  readonly spec: S;
  /** undefined: the nodes that are edited together differ. */
  readonly value: Json | undefined;
  /** Ids of what describes it: its doc, its problems. */
  readonly describedBy: string;
  /** Problems stand under it. */
  readonly wrong: boolean;
  /** Typing: joins the step of undo before it. */
  readonly set: (value: Json) => void;
  /** Choosing: a step of its own. */
  readonly choose: (value: Json) => void;
  readonly label: string;
  /** Relative paths that may fit, for files. */
  readonly suggestions?: readonly string[];
}
