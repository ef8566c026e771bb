import { BlockList, isIP } from 'node:net'

/** IPv4 ranges that are not on the public internet: the IANA special-purpose registry, and Azure's metadata address. */
const BLOCKED_IPV4 = [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // carrier-grade NAT
  '127.0.0.0/8', // loopback
  '168.63.129.16/32', // Azure's own services
  '169.254.0.0/16', // link-local, metadata
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
]

/** Global unicast. IPv4-mapped, NAT64 and private addresses are outside of it. */
const GLOBAL_IPV6 = ['2000::/3']

const BLOCKED_IPV6 = [
  '2001::/23', // protocol assignments, Teredo, benchmarks, ORCHID
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4: embeds any IPv4 address
  '3ffe::/16', // 6bone, the former test network
  '3fff::/20', // documentation
]

const blockedIpv4 = toBlockList(BLOCKED_IPV4, 'ipv4')
const globalIpv6 = toBlockList(GLOBAL_IPV6, 'ipv6')
const blockedIpv6 = toBlockList(BLOCKED_IPV6, 'ipv6')
const loopbackIpv4 = toBlockList(['127.0.0.0/8'], 'ipv4')
const loopbackIpv6 = toBlockList(['::1/128'], 'ipv6')

/**
 * Whether an IP address is on the public internet, so that a request may be sent there on a caller's behalf (SSRF
 * guard). False for private, local, metadata, multicast and reserved addresses, for IPv4 embedded in IPv6, and for text
 * that is not an IP address. Pure.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !blockedIpv4.check(address, 'ipv4')
  return isPlainIpv6(address) && globalIpv6.check(address, 'ipv6') && !blockedIpv6.check(address, 'ipv6')
}

/** Whether an IP address is a loopback address. Pure. */
export function isLoopbackAddress(address: string): boolean {
  if (isIP(address) === 4) return loopbackIpv4.check(address, 'ipv4')
  return isPlainIpv6(address) && loopbackIpv6.check(address, 'ipv6')
}

/** An IPv6 address with a zone (`fe80::1%eth0`) belongs to one network interface, never to the internet. */
const isPlainIpv6 = (address: string): boolean => isIP(address) === 6 && !address.includes('%')

function toBlockList(ranges: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [network = '', bits] = range.split('/')
    list.addSubnet(network, Number(bits), family)
  }
  return list
}
