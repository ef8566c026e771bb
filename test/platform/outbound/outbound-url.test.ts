import { describe, expect, it } from '@jest/globals'
import { parseOutboundUrl, redactUrl } from '../../../shared/platform/outbound/outbound-url.ts'

const HOSTILE = [
  'http://example.com/',
  'ftp://example.com/',
  'file:///etc/passwd',
  'gopher://example.com/',
  'data:text/plain,x',
  'javascript:1',
  '//example.com/',
  'example.com/file',
  '',
  'https://',
  'https://user@example.com/',
  'https://user:secret@example.com/',
  'https://example.com@10.0.0.1/',
  'https://example.com:8443/',
  'https://example.com:22/',
  'https://127.0.0.1/',
  'https://127.1/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0177.0.0.1/',
  'https://0/',
  'https://10.1.2.3/',
  'https://169.254.169.254/latest/meta-data/',
  'https://169.254.43518/',
  'https://１２７.０.０.１/',
  'https://127。0。0。1/',
  'https://[::1]/',
  'https://[::]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:a9fe:a9fe]/',
  'https://[64:ff9b::a9fe:a9fe]/',
  'https://[2002:a9fe:a9fe::]/',
  'https://[fd00:ec2::254]/',
  'https://[fe80::1]/',
  'https:\\\\10.0.0.1\\',
]

describe('parseOutboundUrl', () => {
  it.each(HOSTILE)('refuses "%s"', (address) => {
    expect(() => parseOutboundUrl(address, false)).toThrow(expect.objectContaining({ code: 'bad-source' }))
  })
  it.each(['https://example.com/a?b=c', 'https://example.com:443/', 'https://8.8.8.8/', 'https://[2606:4700::1111]/'])(
    'accepts %s',
    (address) => {
      expect(parseOutboundUrl(address, false).protocol).toBe('https:')
    },
  )
  it.each(['http://127.0.0.1:3000/a', 'http://localhost:3000/a', 'http://[::1]:3000/', 'https://127.0.0.1:3000/'])(
    'accepts %s only if loopback is allowed',
    (address) => {
      expect(parseOutboundUrl(address, true).port).toBe('3000')
      expect(() => parseOutboundUrl(address, false)).toThrow(/https|port|public/)
    },
  )
  it.each([
    'http://10.0.0.1/',
    'http://example.com/',
    'https://[::ffff:127.0.0.1]/',
    'http://localhost.example.com/',
    'http://0.0.0.0:3000/',
    'ftp://127.0.0.1/',
    'http://me:secret@127.0.0.1/',
  ])('refuses %s even if loopback is allowed', (address) => {
    expect(() => parseOutboundUrl(address, true)).toThrow(expect.objectContaining({ code: 'bad-source' }))
  })
  it('leaves password and query out of its messages', () => {
    for (const address of ['https://me:hidden@example.com/', 'http://example.com/a?signature=hidden'])
      expect(() => parseOutboundUrl(address, false)).toThrow(
        expect.not.objectContaining({ message: expect.stringContaining('hidden') }),
      )
    expect(redactUrl(new URL('https://example.com/a?signature=hidden#x'))).toBe('https://example.com/a')
  })
})
