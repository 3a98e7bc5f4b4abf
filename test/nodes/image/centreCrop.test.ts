import { centreCrop } from '../../../nodes/image/centreCrop.ts';
import { testNode } from '../../test-node.ts';

testNode(centreCrop);
