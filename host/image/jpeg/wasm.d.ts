/** As esbuild's loader `binary` gives it. */
declare module '*.wasm' {
  const bytes: Uint8Array;
  export default bytes;
}
