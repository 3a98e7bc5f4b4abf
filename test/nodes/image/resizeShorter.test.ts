import { resizeShorter } from '../../../nodes/image/resizeShorter.ts';
import { testNode } from '../../test-node.ts';

testNode(resizeShorter);
