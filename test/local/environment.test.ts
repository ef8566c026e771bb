import { describe, expect, it } from '@jest/globals'
import { awsEnvironment } from '../../local/environment.ts'

const mine = { AWS_ACCESS_KEY_ID: 'mine', AWS_SECRET_ACCESS_KEY: 'mine' }
const madeUp = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' }
const elsewhere = { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9' }

describe('awsEnvironment', () => {
  it('replaces the credentials and profile of the caller for emulators', () => {
    const set = awsEnvironment({ ...mine, AWS_PROFILE: 'work', AWS_SESSION_TOKEN: 'token' })
    expect(set).toMatchObject({ ...madeUp, AWS_PROFILE: undefined, AWS_SESSION_TOKEN: undefined })
  })

  it.each([mine, { AWS_PROFILE: 'work' }])(
    'keeps the credentials of the caller for an external server: %j',
    (caller) => {
      const set = awsEnvironment({ ...caller, ...elsewhere })
      for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_PROFILE', 'AWS_SESSION_TOKEN']) expect(set).not.toHaveProperty(name)
    },
  )

  it('sets placeholder credentials for an external server if there are none', () => {
    expect(awsEnvironment(elsewhere)).toMatchObject(madeUp)
  })

  it('always sets the same region', () => {
    expect(awsEnvironment({ AWS_REGION: 'eu-west-1' }).AWS_REGION).toBe('us-east-1')
  })
})
