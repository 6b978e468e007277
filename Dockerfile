# ClassCord Server, and its exporter: the same image with another command. docs/guides/install.md

FROM node:24-bookworm-slim AS build
# For SQLite and argon2, should there be no ready-made binary for this platform.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends python3 make g++ \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts && npm rebuild better-sqlite3 argon2
COPY . .
# The image holds what `npm pack` packs, and the packages it needs to run: tests/repo/image.test.ts runs exactly this.
RUN npm run build \
  && npm prune --omit=dev --ignore-scripts \
  && npm pack --ignore-scripts \
  && mkdir /app \
  && tar -xzf classcord-*.tgz --strip-components=1 -C /app \
  && mv node_modules /app/

FROM node:24-bookworm-slim
ARG VERSION=0.0.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
ARG SOURCE=https://example.org/classcord
LABEL org.opencontainers.image.title="ClassCord Server" \
  org.opencontainers.image.description="A chat server for a class: newline-delimited JSON on one port, stored before it is told" \
  org.opencontainers.image.version="$VERSION" \
  org.opencontainers.image.revision="$REVISION" \
  org.opencontainers.image.created="$CREATED" \
  org.opencontainers.image.source="$SOURCE" \
  org.opencontainers.image.documentation="$SOURCE/tree/main/docs" \
  org.opencontainers.image.licenses="MIT"
# Nothing is installed in a running container: no package managers. The one folder that is written to belongs to the one user.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn* /opt/yarn* \
  && install --directory --mode=0700 --owner=10001 --group=10001 /data
COPY --from=build /app /app
WORKDIR /app
# What a password hash took goes back to the system: each thread that ever hashed would keep 19 MiB. docs/decisions/0039-memory-of-hashes.md
ENV NODE_ENV=production \
  GLIBC_TUNABLES=glibc.malloc.mmap_threshold=4194304:glibc.malloc.hugetlb=1 \
  CLASSCORD__SERVER__DATA=/data
USER 10001:10001
VOLUME /data
EXPOSE 12345 9091
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:12380/readyz', { signal: AbortSignal.timeout(4000) }).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/tools/bin/classcord.cjs"]
CMD ["serve"]
