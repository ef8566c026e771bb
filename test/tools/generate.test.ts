import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { type DeclaredEndpoint, type DeclaredRule, type DeclaredWorker, findFunctions } from '../../local/functions.ts'
import { PERMISSIONS } from '../../shared/platform/aws/permissions.ts'
import { route } from '../../shared/platform/http/route.ts'
import { readProjectFile } from '../../tools/docs/inputs.ts'
import { toEndpointFunctions } from '../../tools/generate/endpoints.ts'
import { toFileText, toGeneratedFiles } from '../../tools/generate/files.ts'
import { listRoutes } from '../../tools/generate/routes.ts'
import { toWorkerFunctions } from '../../tools/generate/workers.ts'

process.env.AWS_REGION ??= 'us-east-1'
const functions = await findFunctions()

describe('npm run generate', () => {
  it.each(Object.entries(toGeneratedFiles(functions)))('has nothing to change in %s', async (path, value) => {
    expect(await readProjectFile(path)).toBe(toFileText(value))
  })

  it('leaves no permission without a function that needs it', () => {
    const { endpoints, workers, rules } = functions
    const needed = [
      ...endpoints.flatMap(({ endpoint: { permissions } }) => permissions),
      ...workers.flatMap(({ worker: { permissions } }) => permissions),
      ...rules.flatMap(({ rule: { permissions } }) => permissions),
    ]
    const derived: string[] = ['readTokens', 'readLabelingKey', 'sealCursors', 'sendUndeliverable']
    expect(Object.keys(PERMISSIONS).filter((name) => !derived.concat(needed).includes(name))).toEqual([])
  })
})

const declared = { operationId: 'it', summary: 'It', refuses: [], permissions: ['readBatch'] } as const
const handler = () => ({})
/** A variable of serverless.yml. */
const variable = (name: string): string => `$\{${name}}`
const at = (file: string, endpoint: object): DeclaredEndpoint =>
  ({ name: `groundwork-${file}`, file, endpoint, handler }) as unknown as DeclaredEndpoint // as findFunctions returns it

describe('the function of an endpoint', () => {
  const run = async () => ({ status: 204 })

  it('is named after its file, and has the memory, the time limit and the permissions of its declaration', () => {
    const endpoint = route(
      { ...declared, method: 'PUT', path: '/v1/a', scope: 'write', memoryMegabytes: 512, answers: {} },
      run,
    )
    expect(toEndpointFunctions([at('things/put', endpoint)])).toEqual({
      'things-put': {
        handler: 'functions/things/put.handler',
        memorySize: 512,
        timeout: 29,
        events: [{ httpApi: { method: 'PUT', path: '/v1/a', authorizer: variable('self:custom.authorizer') } }],
        iamRoleStatements: [variable('self:custom.may.readBatch')],
      },
    })
  })

  it('has no authorizer when it has no scope', () => {
    const endpoint = route({ ...declared, method: 'GET', path: '/open', scope: undefined, answers: {} }, run)
    expect(toEndpointFunctions([at('open', endpoint)]).open?.events).toEqual([
      { httpApi: { method: 'ANY', path: '/open' } },
    ])
  })

  it('has no authorizer and may check sessions when it is for workers', () => {
    const endpoint = route({ ...declared, method: 'POST', path: '/v1/me/a', scope: 'label', answers: {} }, run)
    expect(toEndpointFunctions([at('me/a', endpoint)])['me-a']).toMatchObject({
      events: [{ httpApi: { method: 'POST', path: '/v1/me/a', authorizer: '' } }],
      iamRoleStatements: ['readBatch', 'readWorkers', 'listWorkers', 'readLabelingKey'].map((name) =>
        variable(`self:custom.may.${name}`),
      ),
    })
  })

  it('may seal cursors when it is a list', () => {
    const endpoint = route({ ...declared, method: 'GET', path: '/v1/a', scope: 'read', paged: z.string() }, run)
    expect(toEndpointFunctions([at('list', endpoint)]).list?.iamRoleStatements).toEqual([
      variable('self:custom.may.readBatch'),
      variable('self:custom.may.sealCursors'),
    ])
  })
})

describe('the function of a worker', () => {
  it('receives from its queue as declared', () => {
    const worker = {
      queue: 'test-images',
      batchSize: 1,
      concurrency: 4,
      timeoutSeconds: 60,
      permissions: ['readEvents'],
    }
    const one = { name: '', file: 'workers/fetch', worker, handler } as unknown as DeclaredWorker // without run
    expect(toWorkerFunctions([one], [])).toEqual({
      'workers-fetch': {
        handler: 'functions/workers/fetch.handler',
        memorySize: 1769,
        timeout: 60,
        events: [
          {
            sqs: {
              arn: { 'Fn::GetAtt': ['TestImagesQueue', 'Arn'] },
              batchSize: 1,
              maximumConcurrency: 4,
              functionResponseType: 'ReportBatchItemFailures',
            },
          },
        ],
        iamRoleStatements: [variable('self:custom.may.readEvents')],
      },
    })
  })

  it('of the event bus may send the events that it failed on to the queue undeliverable', () => {
    const rule = { source: 'aws.s3', detailType: 'Changed', timeoutSeconds: 60, permissions: [], summary: 'Look' }
    const one = { name: '', file: 'workers/changed', rule, handler } as unknown as DeclaredRule // without run
    expect(toWorkerFunctions([], [one])['workers-changed']).toMatchObject({
      destinations: { onFailure: { type: 'sqs', arn: { 'Fn::GetAtt': ['UndeliverableQueue', 'Arn'] } } },
      iamRoleStatements: [variable('self:custom.may.sendUndeliverable')],
    })
  })
})

describe('the routes', () => {
  it('say which of them are pages, which a deployment may leave out', () => {
    const endpoints = [at('x', { method: 'GET', path: '/docs', isPage: true }), at('y', { method: 'GET', path: '/a' })]
    expect(listRoutes(endpoints)).toEqual([
      { method: 'GET', path: '/a' },
      { method: 'GET', path: '/docs', isPage: true },
    ])
  })

  it('are those of all endpoints but $default, by path and method', () => {
    const endpoints = [
      ['PUT', '/v1/b'],
      ['GET', '$default'],
      ['GET', '/v1/b'],
      ['GET', '/a'],
    ].map(([method, path]) => at('x', { method, path }))
    expect(listRoutes(endpoints)).toEqual([
      { method: 'GET', path: '/a' },
      { method: 'GET', path: '/v1/b' },
      { method: 'PUT', path: '/v1/b' },
    ])
  })
})
