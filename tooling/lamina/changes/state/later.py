"""The store for programs that await: each operation whole, in a thread, so that cancelling leaves nothing half done."""

import asyncio
from collections.abc import Awaitable, Callable
from inspect import signature
from typing import Concatenate, Generic, ParamSpec, TypeVar

from lamina.changes.state.acting import LaterAct, named
from lamina.changes.state.store import StateStore
from lamina.thought.runs import acts, notes
from lamina.thought.runs.present import Present, Wish
from lamina.thought.runs.steps import end_step
from lamina.words.runs import Record

_P = ParamSpec("_P")
_R = TypeVar("_R")
_Rec = TypeVar("_Rec", bound=Record)


class _Later(Generic[_P, _R]):
    """An operation of StateStore, awaited."""

    def __init__(self, operation: Callable[Concatenate[StateStore, _P], _R]) -> None:
        self._operation = operation
        self._words = signature(operation)

    def __get__(self, store: "AsyncStateStore", owner: type | None = None) -> Callable[_P, Awaitable[_R]]:
        operation = self._operation

        async def method(*words: _P.args, **named: _P.kwargs) -> _R:
            return await asyncio.to_thread(operation, store.store, *words, **named)

        return named(method, operation, self._words, bound=store is not None)


class AsyncStateStore:
    """What StateStore does, awaited; to be closed, or used in an `async with`."""

    create_run = LaterAct(acts.create_run)
    move_run = LaterAct(acts.move_run)
    update_run = LaterAct(acts.update_run)
    add_phase = LaterAct(acts.add_phase)
    move_phase = LaterAct(acts.move_phase)
    update_phase = LaterAct(acts.update_phase)
    end_step = LaterAct(end_step)
    record_finding = LaterAct(notes.record_finding)
    update_finding = LaterAct(notes.update_finding)
    resolve_finding = LaterAct(notes.resolve_finding)
    record_artifact = LaterAct(notes.record_artifact)
    update_artifact = LaterAct(notes.update_artifact)
    request_intervention = LaterAct(notes.request_intervention)
    answer_intervention = LaterAct(notes.answer_intervention)
    gate = LaterAct(notes.gate)

    start_step = _Later(StateStore.start_step)
    skip_step = _Later(StateStore.skip_step)
    checkpoint = _Later(StateStore.checkpoint)
    saved = _Later(StateStore.saved)
    add_artifact = _Later(StateStore.add_artifact)
    resume = _Later(StateStore.resume)
    recover = _Later(StateStore.recover)
    apply = _Later(StateStore.apply)
    reject = _Later(StateStore.reject)
    note = _Later(StateStore.note)
    take_over = _Later(StateStore.take_over)
    vacuum = _Later(StateStore.vacuum)
    rebuild = _Later(StateStore.rebuild)
    clean_up = _Later(StateStore.clean_up)
    close = _Later(StateStore.close)

    run = _Later(StateStore.run)
    runs = _Later(StateStore.runs)
    recoverable_runs = _Later(StateStore.recoverable_runs)
    phase = _Later(StateStore.phase)
    phases = _Later(StateStore.phases)
    current_phase = _Later(StateStore.current_phase)
    executions = _Later(StateStore.executions)
    retries = _Later(StateStore.retries)
    findings = _Later(StateStore.findings)
    findings_by_grade = _Later(StateStore.findings_by_grade)
    artifacts = _Later(StateStore.artifacts)
    interventions = _Later(StateStore.interventions)
    checkpoints = _Later(StateStore.checkpoints)
    statistics = _Later(StateStore.statistics)
    export = _Later(StateStore.export)
    resumption = _Later(StateStore.resumption)

    def __init__(self, store: StateStore) -> None:
        self.store = store

    async def do(self, wishing: Callable[[Present], Wish[_Rec]]) -> _Rec:
        """The record that a wish is about, once it is a fact."""
        return await asyncio.to_thread(self.store.do, wishing)

    async def __aenter__(self) -> "AsyncStateStore":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
