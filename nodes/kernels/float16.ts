export { floatsToHalves, halvesToFloats, halfToNumber, numberToHalf, roundEven } from '../../core/kinds/float16.ts';
