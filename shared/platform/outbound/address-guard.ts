import { BlockList, isIP } from 'node:net'

/** IPv4 that is not the public internet, by the IANA registry, and the metadata address that Azure keeps outside of it. */
const CLOSED_IPV4 = [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // shared by carriers
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

/** What may be called lies in global unicast: IPv4 inside IPv6 (mapped, NAT64) and private addresses lie outside. */
const OPEN_IPV6 = ['2000::/3']

const CLOSED_IPV6 = [
  '2001::/23', // protocol assignments, Teredo, benchmarks, ORCHID
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4: any IPv4 inside
  '3ffe::/16', // the old test network
  '3fff::/20', // documentation
]

const closedIpv4 = rangesOf(CLOSED_IPV4, 'ipv4')
const openIpv6 = rangesOf(OPEN_IPV6, 'ipv6')
const closedIpv6 = rangesOf(CLOSED_IPV6, 'ipv6')
const loopbackIpv4 = rangesOf(['127.0.0.0/8'], 'ipv4')
const loopbackIpv6 = rangesOf(['::1/128'], 'ipv6')

/**
 * Whether an IP address lies on the public internet, and so may be called for somebody else. Anything that is not
 * plainly so may not: private, local, metadata, multicast, reserved, IPv4 wrapped in IPv6, what is no address at all.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !closedIpv4.check(address, 'ipv4')
  return isPlainIpv6(address) && openIpv6.check(address, 'ipv6') && !closedIpv6.check(address, 'ipv6')
}

/** Whether an IP address is this machine. */
export function isLoopbackAddress(address: string): boolean {
  if (isIP(address) === 4) return loopbackIpv4.check(address, 'ipv4')
  return isPlainIpv6(address) && loopbackIpv6.check(address, 'ipv6')
}

/** An IPv6 address with a zone (`fe80::1%eth0`) speaks of one interface, never of the internet. */
const isPlainIpv6 = (address: string): boolean => isIP(address) === 6 && !address.includes('%')

function rangesOf(ranges: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [network = '', bits] = range.split('/')
    list.addSubnet(network, Number(bits), family)
  }
  return list
}
