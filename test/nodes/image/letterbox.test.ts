import { letterbox } from '../../../nodes/image/letterbox.ts';
import { testNode } from '../../test-node.ts';

testNode(letterbox);
