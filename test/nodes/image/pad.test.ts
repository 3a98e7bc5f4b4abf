import { pad } from '../../../nodes/image/pad.ts';
import { testNode } from '../../test-node.ts';

testNode(pad);
