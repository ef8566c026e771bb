import type { Chapter } from '../examples/story.ts'

/** Writes a numbered list of the `.http` files in their order. Pure. */
export const writeStory = (story: readonly Pick<Chapter, 'name'>[]): string =>
  story.map(({ name }, index) => `${index + 1}. [${name}.http](${name}.http)`).join('\n')
