/** A style sheet for a shadow root, imported as minified text (tools/bundle.mjs). */
declare module "*.css" {
  const text: string;
  export default text;
}
