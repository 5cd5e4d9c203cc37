"""What the overlay renames, and the wishes that it is refused."""

import pytest

from narthex.errors import ProjectError
from tests.schema.sketch import ALBUM, TRACK, model


class TestRenames:
    def test_entities_columns_and_relationships(self) -> None:
        wishes = {"track": "song", "track.id": "song_id", "track.album": "record", "album.tracks": "songs"}
        made = model(ALBUM, TRACK, renames=wishes)
        assert list(made.entities) == ["album", "song"]
        song = made.entities["song"]
        assert list(song.columns) == ["song_id", "album_id"] and song.key == ("song_id",)
        assert song.columns["song_id"].name == "id"
        assert (song.relationships["record"].source, song.relationships["record"].target) == ("song", "album")
        assert made.entities["album"].relationships["songs"].target == "song"
        assert made.entities["album"].relationships["songs"].name == "songs"
        assert {(rename.subject, rename.name, rename.reason) for rename in made.renames} == {
            ("public.track", "song", "@rename"),
            ("public.track.id", "song_id", "@rename"),
            ("public.track.album_id_fkey", "record", "@rename"),
            ("public.track.album_id_fkey", "songs", "@rename"),
        }

    def test_names_can_be_swapped(self) -> None:
        made = model(
            ALBUM, TRACK, renames={"track": "album", "album": "track", "album.id": "title", "album.title": "id"}
        )
        assert made.entities["album"].table.name == "track"
        assert made.entities["track"].columns["id"].name == "title"
        assert made.entities["track"].key == ("title",)

    @pytest.mark.parametrize(
        ("renames", "message"),
        [
            ({"trak": "song"}, r"no table 'trak'; did you mean 'track'\?"),
            ({"track.albun": "x"}, r"track has no field 'albun'; did you mean 'album'\?"),
            ({"track": "2x"}, "'2x' is not a GraphQL name"),
            ({"track": "__x"}, "'__x' is not a GraphQL name"),
            ({"track": "album"}, r"'album' would need 'album', a name of public\.album"),
            ({"track": "album_aggregate"}, "a name of public.album"),
            ({"track": "me"}, "'me' would need 'me', which is reserved"),
            ({"track.id": "album"}, "track would have two fields called 'album'"),
            ({"track.id": "album_id"}, "track would have two fields called 'album_id'"),
            ({"album.id": "tracks_aggregate"}, "album would have two fields called 'tracks_aggregate'"),
            ({"album.tracks": "_and"}, "'_and' is reserved"),
        ],
    )
    def test_wishes_that_cannot_be(self, renames: dict[str, str], message: str) -> None:
        with pytest.raises(ProjectError, match=message):
            model(ALBUM, TRACK, renames=renames)
