/** Where things are in the container image, for everything that deploys it. */
export const imageLayout = {
  /** The bundle. */
  home: '/app',
  user: 10001,
  group: 10001,
  /** Writable although the root is not: a volume or tmpfs belongs there. */
  scratch: '/tmp',
  livePath: '/livez',
  readyPath: '/readyz',
  metricsPath: '/metrics',
  /** Variables of the environment that the server reads; without them it does as `bundle.json` says. */
  variables: { port: 'TRIBUTARY_PORT', grpcPort: 'TRIBUTARY_GRPC_PORT', cache: 'TRIBUTARY_CACHE' },
} as const;
