/**
 * Parses the command line. For an invalid one it prints the error and the usage, and exits with status 2.
 * @param read parses the arguments; its error message is printed
 */
export function readCommandLine<Options>(read: (args: readonly string[]) => Options, usage: string): Options {
  try {
    return read(process.argv.slice(2))
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`)
    process.exit(2)
  }
}
