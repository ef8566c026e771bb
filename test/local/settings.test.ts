import { describe, expect, it } from '@jest/globals'
import { readDevSettings } from '../../local/settings.ts'

describe('readDevSettings', () => {
  it('takes the documented defaults', () => {
    expect(readDevSettings({})).toEqual({ directory: '.groundwork', port: 3000, s3Port: 3100, logLevel: 'WARN' })
  })

  it.each([
    [{ PORT: '3001' }, 3001, 3101],
    [{ PORT: '0' }, 0, 0],
    [{ PORT: '65500' }, 65_500, 65_400],
    [{ S3_PORT: '9000' }, 3000, 9000],
    [{ PORT: '0', S3_PORT: '9000' }, 0, 9000],
    [{ PORT: '', S3_PORT: '' }, 3000, 3100],
  ])('finds a port for the API and one for S3, the same at each start: %j', (environment, port, s3Port) => {
    expect(readDevSettings(environment)).toMatchObject({ port, s3Port })
  })

  it.each([
    [{ LOG_LEVEL: 'debug' }, 'DEBUG'],
    [{ LOG_LEVEL: 'INFO', POWERTOOLS_LOG_LEVEL: 'SILENT' }, 'INFO'],
    [{ POWERTOOLS_LOG_LEVEL: 'SILENT' }, 'SILENT'],
  ])('finds the log level: %j', (environment, logLevel) => {
    expect(readDevSettings(environment).logLevel).toBe(logLevel)
  })

  it.each([
    ['a', true],
    ['fifteen-letters', true],
    ['sixteen-letters.', false],
  ])('warns of a token that is easy to guess: %s', (token, isWarned) => {
    const settings = readDevSettings({ GROUNDWORK_TOKEN: token })
    expect([settings.token, settings.warning !== undefined]).toEqual([token, isWarned])
  })

  it.each([
    [{ PORT: 'http' }, 'PORT', '"http"'],
    [{ PORT: '65536' }, 'PORT', '"65536"'],
    [{ S3_PORT: '-1' }, 'S3_PORT', '"-1"'],
    [{ S3_PORT: '1e3' }, 'S3_PORT', '"1e3"'],
    [{ PORT: '9000', S3_PORT: '9000' }, 'S3_PORT', '9000'],
    [{ LOG_LEVEL: 'LOUD' }, 'LOG_LEVEL', '"LOUD"'],
    [{ GROUNDWORK_TOKEN: 'two words' }, 'GROUNDWORK_TOKEN', '='],
  ])('refuses %j and names the variable', (environment, variable, part) => {
    for (const expected of [variable, part]) expect(() => readDevSettings(environment)).toThrow(expected)
  })
})
