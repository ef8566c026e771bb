import type { ExampleFile } from '../examples/example-files.ts'

/** Writes a numbered list of the `.http` files in their order. Pure. */
export const writeExampleList = (files: readonly Pick<ExampleFile, 'name'>[]): string =>
  files.map(({ name }, index) => `${index + 1}. [${name}.http](${name}.http)`).join('\n')
