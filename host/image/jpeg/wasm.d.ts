/** As esbuild's loader `binary` gives it. */
declare module '*.wasm' {
  const bytes: Uint8Array;
  // biome-ignore lint/style/noDefaultExport: The loader gives one.
  export default bytes;
}
