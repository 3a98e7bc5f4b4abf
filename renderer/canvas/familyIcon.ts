import {
  AudioLines,
  AudioWaveform,
  Box,
  Braces,
  ChartColumn,
  CircleHelp,
  Clock,
  Crop,
  FileText,
  Film,
  Folder,
  Grid3x3,
  Image,
  LogIn,
  LogOut,
  type LucideIcon,
  Merge,
  Proportions,
  ScanSearch,
  Type,
  WholeWord,
} from 'lucide-react';
import type { NodeSpec } from '../../core/studio/catalog.ts';

const byType: Readonly<Record<string, LucideIcon>> = {
  'input.image': Image,
  'input.audio': AudioLines,
  'input.video': Film,
  'input.text': Type,
  'input.json': Braces,
  'input.folder': Folder,
  'image.resize': Proportions,
  'image.resizeShorter': Proportions,
  'text.tokenise': WholeWord,
};
const byFamily: Readonly<Record<string, LucideIcon>> = {
  input: LogIn,
  image: Crop,
  audio: AudioWaveform,
  video: Film,
  text: FileText,
  tensor: Grid3x3,
  model: Box,
  fusion: Merge,
  result: ChartColumn,
  time: Clock,
  output: LogOut,
};

/** The icon in a node's header: by its family, with a few of their own. */
export function iconOf(spec: NodeSpec | undefined): LucideIcon {
  if (spec === undefined) return CircleHelp;
  return byType[spec.type] ?? byFamily[spec.family] ?? (spec.own ? ScanSearch : Box);
}
