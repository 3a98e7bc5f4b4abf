import { rotate } from '../../../nodes/image/rotate.ts';
import { testNode } from '../../test-node.ts';

testNode(rotate);
