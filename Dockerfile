# One image for the services and the simulators; the command's last word says which one runs.
FROM python:3.11-slim AS build
WORKDIR /build
COPY requirements/build.txt requirements/
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/build.txt
COPY pyproject.toml README.md ./
COPY schemas schemas
COPY payroll payroll
COPY stream stream
COPY services services
COPY sandbox sandbox
COPY ops ops
RUN pip wheel --no-index --no-deps --no-build-isolation --wheel-dir wheels .

FROM python:3.11-slim
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
COPY requirements/services.txt /requirements/
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /requirements/services.txt
COPY --from=build /build/wheels /wheels
RUN pip install --no-cache-dir --disable-pip-version-check --no-index --no-deps /wheels/*.whl \
    && install --directory --owner=10001 --group=10001 /var/lib/keylane
USER 10001:10001
WORKDIR /tmp
ENTRYPOINT ["python", "-m"]
CMD ["services.intake", "--check-config"]
