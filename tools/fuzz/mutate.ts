import type { Random } from '../../local/seeded-random.ts'
import type { Value } from './values.ts'

/** Unexpected values of every type. */
const ODD_VALUES: readonly [Value, ...Value[]] = [
  null,
  ...[true, '', ' ', [], {}, [[]], [null]],
  ...[0, -0, -1, 1.5, 1e21, -1e308, 2 ** 53, 4_294_967_296],
  ...['\0', 'a\0b', '\ud800', '🐈‍⬛', '../..', '%2e%2e', '{{7*7}}', "'; drop table", '<script>', '__proto__'],
  ...['x'.repeat(5000), 'é'.repeat(300), 'NaN', 'true', '1e3', '0x10', '9'.repeat(400)],
]

const ODD_KEYS = ['colour', '', '__proto_', 'constructor', 'toString', 'é', '\0', 'x'.repeat(300)] as const

const isObject = (value: Value): value is Record<string, Value> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Returns a copy of a body with one unexpected value, unexpected key or missing field. */
export function mutateBody(body: Value, random: Random): Value {
  if (Array.isArray(body) && body.length > 0 && random.chance(0.7)) {
    const at = random.between(0, body.length)
    return body.map((item, index) => (index === at ? mutateBody(item, random) : item))
  }
  if (!isObject(body)) return random.pick(ODD_VALUES)
  const keys = Object.keys(body)
  const key = keys[random.between(0, keys.length)]
  if (key === undefined || random.chance(0.2)) return { ...body, [random.pick(ODD_KEYS)]: random.pick(ODD_VALUES) }
  if (random.chance(0.2)) return Object.fromEntries(Object.entries(body).filter(([name]) => name !== key))
  const value = body[key]
  const isDeeper = typeof value === 'object' && value !== null && random.chance(0.6)
  return { ...body, [key]: isDeeper ? mutateBody(value, random) : random.pick(ODD_VALUES) }
}

const OVERSIZED_BODY_BYTES = 1_100_000

/** Returns the bytes of a malformed or unexpected body. */
export function corruptBody(json: string, random: Random): Buffer {
  return random.pick<() => Buffer>([
    () => Buffer.from(json.slice(0, random.between(0, json.length))),
    () => Buffer.from(`${json}${json}`),
    () => Buffer.from(`\ufeff${json}`),
    () => Buffer.from('not json'),
    () => Buffer.from('[]'),
    () => Buffer.from('null'),
    () => Buffer.from('{"__proto__":{"a":1}}'),
    () => Buffer.from('{"a":1,"a":2}'),
    () => Buffer.from(`${'['.repeat(5000)}${']'.repeat(5000)}`),
    () => Buffer.from([0x22, 0xff, 0xfe, 0x22]),
    () => Buffer.alloc(random.chance(0.2) ? OVERSIZED_BODY_BYTES : 10, ' '),
  ])()
}

const ODD_SEGMENTS = [
  ...['%2F', 'a%2Fb', '..', '%2e%2e', '.', '%00', 'a%0d%0ab', '%F0%9F%90%88', '%ff', '%zz', '%'],
  ...['a'.repeat(64), '-a', 'a-', '__proto__', 'raw', 'system', 'test', 'a%20b', 'A', '$default', '{batch}', '*', '~'],
] as const

/** Returns a malformed or unknown path. */
export function mutatePath(path: string, random: Random): string {
  const segments = path.split('/')
  const at = random.between(1, segments.length)
  return random.pick<() => string>([
    () => segments.map((segment, index) => (index === at ? random.pick(['', ...ODD_SEGMENTS]) : segment)).join('/'),
    () =>
      segments
        .map((segment, index) => (index === segments.length - 1 ? random.pick(['', ...ODD_SEGMENTS]) : segment))
        .join('/'),
    () => `${path}/`,
    () => `${path}/more`,
    () => `/${path}`,
    () => path.toUpperCase(),
    () => segments.slice(0, -1).join('/') || '/',
  ])()
}

/** Appends an unexpected parameter to a query. */
export const mutateQuery = (query: string, random: Random): string =>
  `${query}${query === '' ? '?' : '&'}${random.pick([
    'colour=red',
    ...['limit=0', 'limit=1e2', 'limit=', 'limit=1&limit=2', 'cursor=', 'cursor=%00', 'cursor=_w'],
    ...[
      'validateOnly=yes',
      'validateOnly=true',
      'validateOnly',
      '&&',
      '=',
      '%zz',
      '__proto__=1',
      'search=%F0%9F%90%88',
    ],
    `cursor=${'a'.repeat(3000)}`,
    `search=${'%20'.repeat(1500)}`,
    'constructor=1&toString=2',
  ])}`

/** Picks unexpected headers. */
export const pickOddHeaders = (random: Random): Readonly<Record<string, string>> =>
  random.pick<Readonly<Record<string, string>>>([
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/json; charset=utf-16' },
    { 'content-type': '' },
    { 'content-encoding': 'gzip' },
    { accept: 'text/html;q=0.1' },
    { 'accept-encoding': 'gzip, br' },
    { 'accept-encoding': 'gzip;q=0' },
    { 'if-none-match': '*' },
    { 'if-none-match': '"other", W/"x",,' },
    { 'x-request-id': 'two words' },
    { 'x-request-id': 'a'.repeat(128) },
    { 'x-forwarded-for': '1.2.3.4, 5.6.7.8' },
    // The local stack refuses pages of other machines before a function sees the request.
    { origin: 'http://localhost:8080' },
    { range: 'bytes=0-10' },
    { 'x-long': 'y'.repeat(6000) },
    { cookie: 'a=b; c' },
    { authorization: '' },
    { authorization: 'Bearer wrong' },
    { authorization: 'Basic YTpi' },
    { 'x-http-method-override': 'DELETE' },
  ])
