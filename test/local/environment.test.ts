import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { awsEnvironment, keyEnvironment, setAwsEnvironment } from '../../local/environment.ts'
import { externalServers } from '../../local/external/servers.ts'
import { readConfig } from '../../shared/platform/config.ts'

const mine = { AWS_ACCESS_KEY_ID: 'mine', AWS_SECRET_ACCESS_KEY: 'mine' }
const elsewhere = { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9' }
const CREDENTIALS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE']

describe('awsEnvironment', () => {
  it('removes the credentials and the profile of the caller for emulators, and replaces the region', () => {
    const set = awsEnvironment({ ...mine, AWS_PROFILE: 'work', AWS_SESSION_TOKEN: 'token', AWS_REGION: 'eu-west-1' })
    expect(CREDENTIALS.map((name) => [name in set, set[name]])).toEqual(CREDENTIALS.map(() => [true, undefined]))
    expect(set.AWS_REGION).toBe('us-east-1')
  })

  it.each([mine, { ...mine, AWS_SESSION_TOKEN: 'token' }, { AWS_PROFILE: 'work' }, {}])(
    'touches no credentials if a server is named: %j',
    (caller) => {
      for (const variable of ['S3', 'SQS', 'SAGEMAKER']) {
        const set = awsEnvironment({ ...caller, [`AWS_ENDPOINT_URL_${variable}`]: 'http://127.0.0.1:9' })
        for (const name of CREDENTIALS) expect(set).not.toHaveProperty(name)
      }
    },
  )

  it.each([
    [{ AWS_REGION: 'eu-west-1' }, 'eu-west-1'],
    [{ AWS_DEFAULT_REGION: 'eu-west-2' }, 'eu-west-2'],
    [{ AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-2' }, 'eu-west-1'],
    [{ AWS_REGION: '' }, undefined],
  ])('takes the region of the caller for a named server: %j', (caller, region) => {
    expect(awsEnvironment({ ...caller, ...elsewhere }).AWS_REGION).toBe(region)
  })

  it.each(['127.0.0.1:9000', 'localhost:9000', 's3', '//host', 'ftp://host', 'http://', 'http://host?bucket=a'])(
    'refuses an address that is no URL of a server: %s',
    (url) => {
      expect(() => awsEnvironment({ AWS_ENDPOINT_URL_S3: url })).toThrow('AWS_ENDPOINT_URL_S3')
    },
  )
})

describe('keyEnvironment', () => {
  const own = { accessKeyId: 'own', secretAccessKey: 'secret' }
  const required = { AWS_REGION: 'us-east-1', GROUNDWORK_BUCKET: 'work', GROUNDWORK_ACCOUNT: '123456789012' }

  it.each<[string, object, readonly string[]]>([
    ['none', {}, ['s3', 'sagemaker', 'sqs']],
    ['S3', { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9' }, ['sagemaker', 'sqs']],
    ['SQS', { AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:9' }, ['s3', 'sagemaker']],
    ['the labeling service', { AWS_ENDPOINT_URL_SAGEMAKER: 'http://127.0.0.1:9' }, ['s3', 'sqs']],
  ])(
    'gives the functions the keys of the emulators, and keeps those of the caller, if %s is named',
    (_, named, services) => {
      const set = keyEnvironment(own, externalServers({ ...named }))
      const { localCredentials } = readConfig({ ...required, ...set })
      expect(Object.keys(localCredentials).toSorted()).toEqual(services)
      expect(Object.values(localCredentials)).toEqual(services.map(() => own))
      expect(set.AWS_SECRET_ACCESS_KEY).toBe(services.length === 3 ? 'secret' : undefined)
      expect('AWS_SECRET_ACCESS_KEY' in set).toBe(services.length === 3)
    },
  )

  it('sets nothing that a deployment has', () => {
    expect(readConfig(required).localCredentials).toEqual({})
  })
})

describe('setAwsEnvironment', () => {
  const before = { ...process.env }
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'environment-'))
    await writeFile(join(folder, 'config'), '[profile work]\nregion = ap-south-1\n[profile plain]\n')
    const { AWS_REGION, AWS_DEFAULT_REGION, AWS_PROFILE, ...others } = before
    process.env = { ...others, ...elsewhere, AWS_CONFIG_FILE: join(folder, 'config') }
  })
  afterEach(async () => {
    process.env = before
    await rm(folder, { recursive: true })
  })

  it.each([
    [{ AWS_PROFILE: 'work' }, 'ap-south-1'],
    [{ AWS_PROFILE: 'work', AWS_REGION: 'eu-west-1' }, 'eu-west-1'],
    [{ AWS_PROFILE: 'plain' }, 'us-east-1'],
    [{ AWS_PROFILE: 'unknown' }, 'us-east-1'],
    [{}, 'us-east-1'],
  ])('finds the region of %j', async (caller, region) => {
    Object.assign(process.env, caller)
    expect(await setAwsEnvironment()).toBe(region)
    expect(process.env.AWS_REGION).toBe(region)
  })
})
