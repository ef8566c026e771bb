/**
 * What a program was told. When that is wrong, says how and what would be right, and ends the program with 2.
 * @param read throws an Error that says what is wrong
 */
export function readCommandLine<Options>(read: (given: readonly string[]) => Options, usage: string): Options {
  try {
    return read(process.argv.slice(2))
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`)
    process.exit(2)
  }
}
