import { parseArgs } from 'node:util'

export const USAGE = `usage: npm run soak [-- [--seed N] [--seconds N] [--images N] [--people N]]

  --seed N     repeat the random decisions of an earlier run, which printed its seed
  --seconds N  duration of the fault injection, 75 by default, not including the time to drain the queues
  --images N   number of images in the dataset, 4000 by default
  --people N   how many people label one of the batches, 5 by default
  --help       show this help`

export interface SoakOptions {
  readonly seed: number
  readonly seconds: number
  readonly images: number
  readonly people: number
  readonly help: boolean
}

/** Parses the command line strictly. @throws Error with what is wrong and what is expected */
export function readOptions(args: readonly string[], newSeed: () => number): SoakOptions {
  const text = { type: 'string' } as const
  const options = { seed: text, seconds: text, images: text, people: text, help: { type: 'boolean' } } as const
  const { values } = parseArgs({ args: [...args], options, strict: true, allowPositionals: false })
  const read = (name: 'seed' | 'seconds' | 'images' | 'people', fallback: number, min: number): number => {
    const value = values[name] === undefined ? fallback : Number(values[name])
    if (Number.isSafeInteger(value) && value >= min) return value
    throw new Error(`--${name} must be an integer of at least ${min}, not "${values[name]}".`)
  }
  return {
    seed: read('seed', newSeed(), 0),
    seconds: read('seconds', 75, 1),
    images: read('images', 4000, 80),
    people: read('people', 5, 2),
    help: values.help ?? false,
  }
}
