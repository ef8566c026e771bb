import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { BatchName } from '../../shared/contracts/batch-name.ts'
import { DatasetName, Registration } from '../../shared/contracts/dataset.ts'
import { JobName } from '../../shared/contracts/job-name.ts'
import { LabelAttributeName } from '../../shared/contracts/label-attribute.ts'
import { readConfig } from '../../shared/platform/config.ts'
import { TokenName } from '../../shared/platform/tokens/token.ts'
import { WebhookName } from '../../shared/webhooks/webhook.ts'
import { REGISTRATION } from '../support/fixtures/small-dataset.ts'

describe('The length of a name', () => {
  it.each<[string, z.ZodType<string>, number]>([
    ['batch', BatchName, 63],
    ['dataset', DatasetName, 63],
    ['labeling job', JobName, 63],
    ['webhook', WebhookName, 63],
    ['token', TokenName, 63],
    ['label attribute', LabelAttributeName, 127],
  ])('of a %s counts hyphens like every other character, in the code and in the contract', (_, schema, most) => {
    const isValid = (name: string): boolean => schema.safeParse(name).success
    const alternating = (length: number): string =>
      'a-'
        .repeat(length / 2)
        .padEnd(length, 'a')
        .replace(/-$/, 'a')
    expect([1, most, most + 1].map((length) => isValid('a'.repeat(length)))).toEqual([true, true, false])
    expect([most - 1, most, most + 1, 3000].map((length) => isValid(alternating(length)))).toEqual([
      true,
      true,
      false,
      false,
    ])
    expect(z.toJSONSchema(schema, { io: 'input' })).toMatchObject({ minLength: 1, maxLength: most })
  })
})

describe('The length of a key', () => {
  const register = (change: object): boolean => Registration.safeParse({ ...REGISTRATION, ...change }).success
  /** An image location whose keys have so many bytes. */
  const withKeyBytes = (bytes: number): string => `s3://b/${'ä'.repeat(8)}${'k'.repeat(bytes - 16 - 20)}{imageId}.jpg`
  it('of an image is counted in bytes, with its id in it', () => {
    expect(register({ imageLocation: withKeyBytes(1024) })).toBe(true)
    expect(register({ imageLocation: withKeyBytes(1025) })).toBe(false)
    expect(register({ imageLocation: `s3://b/${'{imageId}'.repeat(64)}` })).toBe(true)
    expect(register({ imageLocation: `s3://b/${'{imageId}'.repeat(65)}` })).toBe(false)
  })
  it('of a source is counted in bytes', () => {
    const at = (key: string) => ({ sources: { ...REGISTRATION.sources, annotations: `s3://b/${key}` } })
    expect([512, 513].map((characters) => register(at('ä'.repeat(characters))))).toEqual([true, false])
  })
  it('is bounded by the data prefix, which has no wildcard and is not below system/', () => {
    const read = (GROUNDWORK_DATA_PREFIX: string) =>
      readConfig({
        AWS_REGION: 'us-east-1',
        GROUNDWORK_BUCKET: 'work',
        GROUNDWORK_ACCOUNT: '123456789012',
        GROUNDWORK_DATA_PREFIX,
      })
    expect(read(`${'a'.repeat(199)}/`).dataPrefix).toHaveLength(200)
    expect(() => read(`${'a'.repeat(200)}/`)).toThrow()
    for (const refused of ['system/', 'system/a/', '*/', 'a/../']) expect(() => read(refused)).toThrow()
  })
})
