import { parseArgs } from 'node:util'
import { randomFrom } from '../../local/seeded-random.ts'
import type { Guard } from './guard.ts'

export const USAGE = `usage: npm run guards [-- [--jobs N] [--only TEXT] [--sample N] [--seed N]]

  --jobs N     take out N guards at a time, 1 by default
  --only TEXT  only the guards whose sentence or file contains the text
  --sample N   only N guards, chosen at random
  --seed N     choose those of an earlier run, which printed its seed
  --help       show this help`

export interface GuardsOptions {
  readonly jobs: number
  readonly only: string
  readonly sample: number
  readonly seed: number
  readonly help: boolean
}

/** Parses the command line strictly. @throws Error with what is wrong and what is expected */
export function readOptions(args: readonly string[], newSeed: () => number): GuardsOptions {
  const text = { type: 'string' } as const
  const options = { jobs: text, only: text, sample: text, seed: text, help: { type: 'boolean' } } as const
  const { values } = parseArgs({ args: [...args], options, strict: true, allowPositionals: false })
  const read = (name: 'jobs' | 'sample' | 'seed', fallback: number, min: number): number => {
    const value = values[name] === undefined ? fallback : Number(values[name])
    if (value === fallback || (Number.isSafeInteger(value) && value >= min)) return value
    throw new Error(`--${name} must be an integer of at least ${min}, not "${values[name]}".`)
  }
  return {
    jobs: read('jobs', 1, 1),
    only: values.only ?? '',
    sample: read('sample', Number.POSITIVE_INFINITY, 1),
    seed: read('seed', newSeed(), 0),
    help: values.help ?? false,
  }
}

/** Returns the guards that the options ask for, in the order of the list. Pure. */
export function chooseGuards(
  guards: readonly Guard[],
  { only, sample, seed }: Pick<GuardsOptions, 'only' | 'sample' | 'seed'>,
): Guard[] {
  const wanted = guards.filter(({ prevents, file }) => prevents.includes(only) || file.includes(only))
  const shuffled = wanted
    .map((guard) => ({ guard, rank: randomFrom(seed, guard.prevents).next() }))
    .toSorted((left, right) => left.rank - right.rank)
  const chosen = new Set(shuffled.slice(0, sample).map(({ guard }) => guard))
  return wanted.filter((guard) => chosen.has(guard))
}
