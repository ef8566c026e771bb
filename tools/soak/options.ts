import { parseArgs } from 'node:util'

export const USAGE = `usage: npm run soak [-- [--seed N] [--seconds N] [--images N]]

  --seed N     make the decisions of an earlier run again; it prints its seed
  --seconds N  how long everything is disturbed, 75 by default; to come to rest takes some more
  --images N   images of the dataset, 4000 by default
  --help       show this`

export interface SoakOptions {
  readonly seed: number
  readonly seconds: number
  readonly images: number
  readonly help: boolean
}

/** The command line, read strictly. @throws Error saying what is wrong with it */
export function readOptions(args: readonly string[], newSeed: () => number): SoakOptions {
  const text = { type: 'string' } as const
  const options = { seed: text, seconds: text, images: text, help: { type: 'boolean' } } as const
  const { values } = parseArgs({ args: [...args], options, strict: true, allowPositionals: false })
  const read = (name: 'seed' | 'seconds' | 'images', otherwise: number, least: number): number => {
    const given = values[name] === undefined ? otherwise : Number(values[name])
    if (Number.isSafeInteger(given) && given >= least) return given
    throw new Error(`--${name} is "${values[name]}"; it must be a whole number from ${least}.`)
  }
  return {
    seed: read('seed', newSeed(), 0),
    seconds: read('seconds', 75, 1),
    images: read('images', 4000, 80),
    help: values.help ?? false,
  }
}
