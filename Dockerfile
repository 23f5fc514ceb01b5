# syntax=docker/dockerfile:1
# The index of all architectures of one release. Another is looked up by
#   docker buildx imagetools inspect docker.io/library/node:24-trixie-slim --format '{{.Manifest.Digest}}'
# What is published is built with the newest, by its digest: .github/workflows/release.yml.
ARG BASE=docker.io/library/node:24.21.0-trixie-slim@sha256:8ec5d7557396cfe32d21c3f9c13072355ceab22b584578ca4bb28af31120cffe

FROM ${BASE} AS build
RUN apt-get update && apt-get install -y --no-install-recommends binutils && rm -rf /var/lib/apt/lists/*
# Node, with the libraries that it is linked to and what names its user; scanners look for Debian's packages in status.d.
RUN set -eu; root=/runtime; mkdir -p $root/usr/bin $root/etc $root/var/lib/dpkg/status.d; \
    strip -s -o $root/usr/bin/node /usr/local/bin/node; chmod 755 $root/usr/bin/node; \
    for library in $(ldd /usr/local/bin/node | grep -oE '/[^ ]+'); do \
      install -D -m 755 "$(readlink -f "$library")" "$root$library"; \
    done; \
    for package in libc6 libgcc-s1 libstdc++6; do dpkg -s $package > $root/var/lib/dpkg/status.d/$package; done; \
    install -D -m 644 /usr/lib/os-release $root/etc/os-release; \
    echo 'nonroot:x:65532:65532:nonroot:/app:/sbin/nologin' > $root/etc/passwd; \
    echo 'nonroot:x:65532:' > $root/etc/group; \
    find $root -exec touch -h -d @0 {} +

WORKDIR /source
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY LICENSE ./
COPY schema ./schema
COPY build ./build
COPY src ./src
# off: without GraphiQL.
ARG EXPLORER=on
RUN node build/main.ts --out /release/app/dist --explorer "$EXPLORER" \
    && chmod -R a+rX,go-w /release && find /release -exec touch -h -d @0 {} +
# It starts where it will be, as who it will be, and answers: so nothing that it loads is missing. What V8 makes of it on the way is
# kept, so that a start in a container need not make it again.
RUN cp -a /runtime /trial && cp -a /release/app /trial/app && mkdir -p /kept/app \
    && node build/warm/main.ts --root /trial --user 65532 && mv /trial/app/warm /kept/app/warm && rm -rf /trial \
    && chown -R 0:0 /kept && chmod -R a+rX,go-w /kept \
    && find /kept -exec touch -h -d @0 {} +

FROM scratch
# Three layers: the first is the same for every release on one base, the second for every build of one release; V8's is never.
COPY --from=build /runtime/ /
COPY --from=build /release/ /
COPY --from=build /kept/ /
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 NODE_COMPILE_CACHE=/app/warm/v8
EXPOSE 8080 9464
USER 65532:65532
STOPSIGNAL SIGTERM
# Young objects in 8 MB at a time, not 16 or more: a walk over 50,000 resources takes 300 MB instead of 420. build/warm/main.ts says so too.
ENTRYPOINT ["/usr/bin/node", "--max-semi-space-size=8", "--max-old-space-size-percentage=40", "/app/dist/cli.js"]
CMD ["start"]
ARG VERSION=
ARG REVISION=
ARG CREATED=
LABEL org.opencontainers.image.title="azure-graphql-gateway" \
      org.opencontainers.image.description="One GraphQL endpoint for an Azure estate and its Key Vault secrets, read with managed identity." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.base.name="docker.io/library/node:24-trixie-slim" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$CREATED"
