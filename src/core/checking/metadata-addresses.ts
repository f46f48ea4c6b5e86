/**
 * Addresses at which clouds serve instance metadata and credentials outside the link-local ranges 169.254.0.0/16 and
 * fe80::/10, which the target policy always refuses. Without this list they would count as public or private.
 */
import ipaddr from "ipaddr.js";

interface MetadataAddress {
  readonly range: string;
  readonly cloud: string;
  /** The page on which the cloud provider documents the address. */
  readonly source: string;
}

const METADATA_ADDRESSES: readonly MetadataAddress[] = [
  {
    // Instance metadata ::254, EKS Pod Identity ::23, name server ::253, time ::123.
    range: "fd00:ec2::/32",
    cloud: "AWS",
    source: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html",
  },
  {
    range: "fd20:ce::254/128",
    cloud: "Google Cloud",
    source: "https://cloud.google.com/compute/docs/metadata/querying-metadata",
  },
  {
    range: "168.63.129.16/32",
    cloud: "Azure",
    source: "https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16",
  },
  {
    range: "192.0.0.192/32",
    cloud: "Oracle Cloud (Classic)",
    source:
      "https://docs.oracle.com/en/cloud/iaas/compute-iaas-cloud/stcsg/retrieving-instance-metadata.html",
  },
  {
    range: "fd00:c1::a9fe:a9fe/128",
    cloud: "Oracle Cloud",
    source: "https://docs.oracle.com/en-us/iaas/Content/Compute/Tasks/gettingmetadata.htm",
  },
  {
    range: "100.100.100.200/32",
    cloud: "Alibaba Cloud",
    source: "https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata",
  },
  {
    range: "fd00:100::100:200/128",
    cloud: "Alibaba Cloud",
    source: "https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata",
  },
  {
    range: "100.96.0.96/32",
    cloud: "Volcano Engine",
    source: "https://www.volcengine.com/docs/6396/70331",
  },
  {
    range: "fd00:42::42/128",
    cloud: "Scaleway",
    source: "https://cloudinit.readthedocs.io/en/latest/reference/datasources/scaleway.html",
  },
  {
    range: "fd00:a9fe:a9fe::1/128",
    cloud: "Akamai (Linode)",
    source: "https://techdocs.akamai.com/cloud-computing/docs/metadata-service-api",
  },
];

const RANGES = METADATA_ADDRESSES.map(({ range }) => ipaddr.parseCIDR(range));

export function isMetadataAddress(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return RANGES.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
}
