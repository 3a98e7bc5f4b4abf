import type { Colour } from '../kinds/value.ts';

export type ResizeFilter = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos';

/**
 * What an image node does to pixels, said as data. A node that gives its step lets `plan` fuse it with its
 * neighbours; the host then takes as many steps at the head of the chain as it can do in one pass over the
 * encoded file (decode, turn, shrink, cut) and the nodes' own `run` does the rest, in the same stage.
 * A step and its node's `run` mean the same to within one 8-bit level.
 */
export type ImageStep =
  | { readonly op: 'decode' }
  | {
      readonly op: 'resize';
      readonly width: number;
      readonly height: number;
      readonly filter: ResizeFilter;
      readonly antialias: boolean;
    }
  /** The shorter side becomes `size`, the other follows, rounded down as torchvision does. */
  | { readonly op: 'resizeShorter'; readonly size: number; readonly filter: ResizeFilter; readonly antialias: boolean }
  | {
      readonly op: 'crop';
      readonly left: number;
      readonly top: number;
      readonly width: number;
      readonly height: number;
    }
  | { readonly op: 'centreCrop'; readonly width: number; readonly height: number }
  /** Each pixel by itself, whatever lies around it: may change places with a cut, and nearly so with a resize. */
  | { readonly op: 'pixels' }
  /** Left and right, or top and bottom, change places. */
  | { readonly op: 'mirror'; readonly axis: 'horizontal' | 'vertical' }
  /** Anything else that still belongs in the pass: done by the node's own `run`. */
  | { readonly op: 'own' };

export type { Colour };
