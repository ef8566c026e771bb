import { parseArgs } from 'node:util'
import { isKindName, KIND_NAMES, KINDS, type KindName } from './kinds.ts'

const kindLines = KIND_NAMES.map((name) => `  ${name.padEnd(14)}${KINDS[name].description}`).join('\n')

export const USAGE = `usage: npm run people -- LINK … [--api URL] [--kinds KIND,KIND…] [--people N] [--job JOB] [--batch BATCH] [--speed N]
                         [--seed N] [--ledger FILE] [--json]

Simulated people open links of workers and label images over HTTP, until nothing is left for them.

  LINK           link of a worker: https://…/label#w.…, as PUT /v1/workers/{worker} returns it. Person 1 opens the first
                 one, person 2 the second …, and so on from the first; people who share a link need seats in it
  --api URL      address of the API, for links that are a path
  --kinds        what they are like, in turn; good by default
  --people N     how many there are; as many as links by default
  --job JOB      the only job that they work on; every open job of theirs by default
  --batch BATCH  they know the boxes that Open Images has for this batch; needs a token with the scope read in
                 GROUNDWORK_TOKEN. Without it, what is on the images is made up, the same for all of them
  --speed N      work N times as fast as people, 1 by default; they never wait less than the server says
  --seed N       repeat the random decisions of an earlier run; 1 by default
  --ledger FILE  append what became of each answer as JSON lines
  --json         print what each of them has done as JSON; a table by default
  --help         show this help

Kinds:
${kindLines}`

export interface PeopleOptions {
  readonly help: boolean
  /** Address of the API. */
  readonly api: string
  /** Secrets of the links. */
  readonly secrets: readonly string[]
  readonly kinds: readonly KindName[]
  readonly people: number
  readonly job: string | undefined
  readonly batch: string | undefined
  readonly speed: number
  readonly seed: number
  readonly ledger: string | undefined
  readonly json: boolean
}

const MAX_PEOPLE = 1000

/** Parses the command line strictly. @throws Error with what is wrong and what is expected */
export function readOptions(args: readonly string[]): PeopleOptions {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  const { values, positionals: links } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      api: text,
      kinds: text,
      people: text,
      job: text,
      batch: text,
      speed: text,
      seed: text,
      ledger: text,
      json: flag,
      help: flag,
    },
  })
  const { help, json, job, batch, ledger } = values
  if (!help && links.length === 0) throw new Error('At least one link is required')
  const parsed = links.map((link) => parseLink(link, values.api))
  const apis = new Set(parsed.map(({ api }) => api))
  if (apis.size > 1) throw new Error(`All links must be of the same API, not of ${[...apis].join(' and ')}`)
  return {
    help,
    api: parsed[0]?.api ?? '',
    secrets: parsed.map(({ secret }) => secret),
    kinds: (values.kinds ?? 'good').split(',').map(parseKind),
    people: readNumber('people', values.people, Math.max(1, links.length), 1, MAX_PEOPLE),
    job,
    batch,
    speed: readNumber('speed', values.speed, 1, 0.01, 10_000),
    seed: readNumber('seed', values.seed, 1, 0, 2 ** 31),
    ledger,
    json,
  }
}

/** Splits a link into the address of the API and the secret. @throws Error for what is no link of a worker */
function parseLink(link: string, api: string | undefined): { readonly api: string; readonly secret: string } {
  const [, address = '', secret] = /^(https?:\/\/[^#]+?)?\/label#(w\.[\w-]{43})$/.exec(link) ?? []
  if (secret === undefined) throw new Error('A link must look like https://…/label#w.… with 43 characters at its end')
  const base = api ?? address
  if (base === '') throw new Error('--api is required for a link that is a path')
  return { api: base.replace(/\/+$/, ''), secret }
}

function parseKind(name: string): KindName {
  if (isKindName(name)) return name
  throw new Error(`--kinds must be of ${KIND_NAMES.join(', ')}, not ${JSON.stringify(name)}`)
}

function readNumber(name: string, text: string | undefined, fallback: number, min: number, max: number): number {
  const value = text === undefined ? fallback : Number(text)
  const isWhole = name === 'speed' || Number.isInteger(value)
  if (isWhole && value >= min && value <= max && text !== '') return value
  throw new Error(`--${name} must be ${min} to ${max}, not ${JSON.stringify(text)}`)
}
