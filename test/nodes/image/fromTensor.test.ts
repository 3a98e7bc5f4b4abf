import { fromTensor } from '../../../nodes/image/fromTensor.ts';
import { testNode } from '../../test-node.ts';

testNode(fromTensor);
