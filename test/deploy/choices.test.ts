import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { describe, expect, it } from '@jest/globals'

const choices = createRequire(import.meta.url)('../../deploy/choices.cjs')

const DEFAULTS = { authorization: 'token', openRequestsPerSecond: 10, openRequestBurst: 40, pages: 'on' }

/** Resolves variables as the deployment tool does: parameters and JSON files. */
const resolver = (parameters: object) => ({
  resolveVariable: async (variable: string) => {
    const [, kind, name = ''] = /^(\w+)[:(]([^)]+)\)?$/.exec(variable) ?? []
    if (kind === 'file' && name in parameters) return Object.entries(parameters).find(([key]) => key === name)?.[1]
    if (kind === 'file') return JSON.parse(await readFile(new URL(`../../${name}`, import.meta.url), 'utf8'))
    return Object.entries({ ...DEFAULTS, ...parameters }).find(([key]) => key === name)?.[1]
  },
})
const limits = { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 40 }
/** Many people may open a page at once. */
const pageLimits = { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 400 }

describe('the settings of open routes', () => {
  it.each(['token', 'iam'])('limit every route that anyone can call, and no other: authorization=%s', async (given) => {
    const settings = await choices.openRouteSettings(resolver({ authorization: given }))
    const docs = ['ANY /docs/{asset}', 'ANY /health', 'ANY /openapi.json']
    const open = ['$default', ...docs, 'POST /v1/me/sessions']
    const pages = ['ANY /', 'ANY /app', 'ANY /assets/{file}', 'ANY /docs', 'ANY /label']
    expect(settings).toEqual({
      ...Object.fromEntries(open.map((key) => [key, limits])),
      ...Object.fromEntries(pages.map((key) => [key, pageLimits])),
    })
  })

  it('are numbers, also when the parameters were given as text', async () => {
    const settings = await choices.openRouteSettings(resolver({ openRequestsPerSecond: '3', openRequestBurst: '5' }))
    expect(settings['ANY /health']).toEqual({ ThrottlingRateLimit: 3, ThrottlingBurstLimit: 5 })
  })

  it.each(['0', '-1', '', 'many', '2.5', 'Infinity'])(
    'refuse "%s" as a limit, and name the parameter',
    async (given) => {
      for (const name of ['openRequestsPerSecond', 'openRequestBurst']) {
        const refused = choices.openRouteSettings(resolver({ [name]: given }))
        await expect(refused).rejects.toThrow(`${name} must be a whole number of at least 1, not "${given}"`)
      }
    },
  )
})

describe('the address of the API', () => {
  it.each([
    ['', { 'Fn::GetAtt': ['HttpApi', 'ApiEndpoint'] }],
    ['https://api.example.com', 'https://api.example.com'],
    ['https://api.example.com/', 'https://api.example.com'],
    ['https://example.com/labels/', 'https://example.com/labels'],
  ])('given as "%s" is %j', async (given, expected) => {
    expect(await choices.apiUrl(resolver({ apiUrl: given }))).toEqual(expected)
  })

  it.each(['api.example.com', 'http://api.example.com', 'https://a?b=c', 'https://a#b', 'https://me@a', 'https://a b'])(
    'cannot be "%s"',
    async (given) => {
      await expect(choices.apiUrl(resolver({ apiUrl: given }))).rejects.toThrow(`apiUrl: "${given}"`)
    },
  )
})

describe('a deployment without pages', () => {
  const without = resolver({ pages: 'off' })

  it('has neither the functions nor the settings of pages and the API documentation, and all others', async () => {
    const all = Object.keys(await choices.endpoints(resolver({})))
    const left = Object.keys(await choices.endpoints(without))
    expect(all.filter((name) => !left.includes(name)).toSorted()).toEqual(['docs-asset', 'openapi', 'pages'])
    const open = ['$default', 'ANY /health', 'POST /v1/me/sessions']
    expect(Object.keys(await choices.openRouteSettings(without)).toSorted()).toEqual(open)
  })

  it.each(['', 'none', 'OFF', 'true'])('is not what "%s" means', async (given) => {
    await expect(choices.endpoints(resolver({ pages: given }))).rejects.toThrow(
      `pages must be on or off, not "${given}"`,
    )
  })
})

describe('an endpoint of workers', () => {
  const httpApi = { method: 'POST', path: '/v1/me/jobs/{job}/next', authorizer: '' }
  const endpoints = { next: { events: [{ httpApi }], iamRoleStatements: [] } }
  const given = (authorization: string) => resolver({ authorization, 'deploy/generated/endpoints.json': endpoints })

  it.each(['token', 'iam'])(
    'has no authorizer, tells tokens apart, and is no open route: %s',
    async (authorization) => {
      expect((await choices.endpoints(given(authorization))).next).toEqual({
        events: [{ httpApi }],
        iamRoleStatements: [`$\{self:custom.may.readTokens}`],
      })
      expect(await choices.openRouteSettings(given(authorization))).toEqual({})
    },
  )
})
