import { colour } from '../../../nodes/image/colour.ts';
import { testNode } from '../../test-node.ts';

testNode(colour);
