// esbuild bundles the styles that a page imports.
declare module '*.css'

// And the text of documents.
declare module '*.md' {
  const text: string
  export default text
}
